import vine from '@vinejs/vine'
import User from '#models/user'

/** That an e-mail address is taken is left to its unique index, which answers with a 409. */
export const registerValidator = vine.create({
  handle: vine
    .string()
    .trim()
    .toLowerCase()
    .regex(/^[a-z0-9_]{2,30}$/)
    .mongoUnique({ model: User }),
  email: vine.string().trim().email(),
  password: vine.string().minLength(12).maxLength(200),
})

export const loginValidator = vine.create({
  email: vine.string().trim(),
  password: vine.string(),
})
