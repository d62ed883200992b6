// Looks at documents and sums up what it saw, so that nobody is fast by not decoding.
//
// Get it from `consumer(name)`, which loads a copy for each contender: the engine specialises these
// functions for the shape of what they read, and one contender's shape must not slow another's.

/** @param {string} text */
function text(text) {
  return text.length * 31 + text.charCodeAt(0) + text.charCodeAt(text.length - 1)
}

/**
 * The last byte of an id, whether it reads as an ObjectId or as hexadecimal digits.
 *
 * @param {any} id
 */
function lastByte(id) {
  return typeof id === 'string' ? Number.parseInt(id.slice(22), 16) : id.id[11]
}

/**
 * Reads every field, nested ones too.
 *
 * @param {any} user
 * @param {any} id
 * @returns {number}
 */
export function everyField(user, id) {
  let sum = lastByte(id)
  sum += text(user.name) + text(user.email) + text(user.status) + text(user.bio)
  sum += user.age + user.score + (user.active ? 1 : 0) + user.seq
  sum += user.createdAt.getTime() % 65_536
  const { address, tags, items } = user
  sum += text(address.street) + text(address.city) + text(address.zip) + text(address.country)
  for (let index = 0; index < tags.length; index += 1) sum += text(tags[index])
  for (let index = 0; index < items.length; index += 1) {
    const item = items[index]
    sum += text(item.sku) + item.qty + item.price
  }
  return sum
}

/**
 * Reads every field, the three secret ones too. The id does not count: each contender has made its
 * own documents, so ids differ where everything else agrees.
 *
 * @param {any} user
 * @param {any} id
 * @returns {number}
 */
export function everySecret(user, id) {
  const plain = everyField(user, id) - lastByte(id)
  return plain + text(user.passport) + text(user.iban) + text(user.diary)
}

/**
 * Reads two fields.
 *
 * @param {any} user
 * @returns {number}
 */
export function twoFields(user) {
  return text(user.email) + user.age
}

/**
 * Reads every field of rows and of what belongs to them.
 *
 * @param {readonly any[]} rows
 * @param {Record<string, (row: any) => number>} parts
 */
export function sumOf(rows, { own, ...below }) {
  let sum = 0
  for (const row of rows) {
    sum += /** @type {any} */ (own)(row)
    for (const [name, of] of Object.entries(below)) {
      const related = row[name]
      if (Array.isArray(related)) for (const one of related) sum += of(one)
      else if (related) sum += of(related)
    }
  }
  return sum
}

/** @param {any} row */
export const authorSum = (row) => row.name.length + row.email.length + row.age + row.seq
/** @param {any} row */
export const postSum = (row) => row.title.length + row.body.length + row.likes
/** @param {any} row */
export const childSum = (row) => row.title.length + row.likes
/** @param {any} row */
export const skillSum = (row) => row.name.length
/** @param {any} row */
export const commentSum = (row) => row.text.length

/**
 * Reads every field of orders, whoever made them.
 *
 * @param {readonly any[]} orders
 */
export function orderSum(orders) {
  let sum = 0
  for (const { number, address, items } of orders) {
    sum += number + address.street.length + address.city.length + address.zipCode.length
    for (const { sku, price, quantity } of items) sum += sku.length + price * quantity
  }
  return sum
}

/**
 * A copy of this module for one contender alone.
 *
 * @param {string} name
 * @returns {Promise<typeof import('./consume.mjs')>}
 */
export function consumer(name) {
  return import(`./consume.mjs?for=${name}`)
}
