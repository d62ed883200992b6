import router from '@adonisjs/core/services/router'
import { middleware } from '#start/kernel'

const CategoriesController = () => import('#controllers/categories_controller')
const CommentsController = () => import('#controllers/comments_controller')
const HealthChecksController = () => import('#controllers/health_checks_controller')
const PostsController = () => import('#controllers/posts_controller')
const SessionController = () => import('#controllers/session_controller')
const UsersController = () => import('#controllers/users_controller')

router.get('/health', [HealthChecksController, 'handle'])

router.post('/users', [UsersController, 'store'])
router.get('/users/discussed', [UsersController, 'discussed'])
router.get('/users/:handle', [UsersController, 'show'])
router.post('/session', [SessionController, 'store'])
router.delete('/session', [SessionController, 'destroy']).use(middleware.auth())
router.get('/me', [UsersController, 'me']).use(middleware.auth())

router.get('/feed', [PostsController, 'feed'])
router.get('/posts', [PostsController, 'index'])
router.get('/posts/:id', [PostsController, 'show'])
router.get('/posts/:id/comments', [CommentsController, 'index'])
router.get('/categories', [CategoriesController, 'index'])
router.get('/categories/:id', [CategoriesController, 'show'])

router
  .group(() => {
    router.post('/posts', [PostsController, 'store'])
    router.patch('/posts/:id', [PostsController, 'update'])
    router.delete('/posts/:id', [PostsController, 'destroy'])
    router.post('/posts/:id/comments', [CommentsController, 'store'])
    router.post('/categories', [CategoriesController, 'store'])
    router.delete('/categories/:id', [CategoriesController, 'destroy'])
  })
  .use(middleware.auth())
