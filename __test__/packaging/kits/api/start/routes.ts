import router from '@adonisjs/core/services/router'
import { middleware } from '#start/kernel'

const NewAccountController = () => import('#controllers/new_account_controller')
const AccessTokenController = () => import('#controllers/access_token_controller')
const ProfileController = () => import('#controllers/profile_controller')
const TokensController = () => import('#controllers/tokens_controller')

router
  .group(() => {
    router
      .group(() => {
        router.post('signup', [NewAccountController, 'store'])
        router.post('login', [AccessTokenController, 'store'])
        router.post('logout', [AccessTokenController, 'destroy']).use(middleware.auth())
      })
      .prefix('auth')

    router
      .group(() => {
        router.get('/profile', [ProfileController, 'show'])
        router.patch('/profile', [TokensController, 'rename'])
        router.get('/tokens', [TokensController, 'index'])
        router.post('/tokens', [TokensController, 'store'])
      })
      .prefix('account')
      .use(middleware.auth())

    router.get('/session', [ProfileController, 'show']).use(middleware.auth({ guards: ['web'] }))
    router.get('/basic', [TokensController, 'basic']).use(middleware.auth({ guards: ['basic'] }))
  })
  .prefix('/api/v1')
