import vine from '@vinejs/vine'

const email = () => vine.string().email().maxLength(254)
const password = () => vine.string().minLength(8).maxLength(32)

export const signupValidator = vine.compile(
  vine.object({
    fullName: vine.string().nullable(),
    email: email().unique({ table: 'users', column: 'email' }),
    password: password().confirmed({ confirmationField: 'passwordConfirmation' }),
  }),
)

export const loginValidator = vine.compile(vine.object({ email: email(), password: vine.string() }))
