import { BaseModel, beforeCreate, beforeDelete, beforeSave, beforeUpdate, column } from 'lucent-odm'
import type { DateTime } from 'luxon'
import { watchHooks } from '../show.ts'

export interface OrderItem {
  sku: string
  quantity: number
  price: number
}

export type OrderStatus = 'pending' | 'paid' | 'shipped' | 'cancelled'

/** What may follow a status. */
const TRANSITIONS: Record<OrderStatus, readonly OrderStatus[]> = {
  pending: ['paid', 'cancelled'],
  paid: ['shipped', 'cancelled'],
  shipped: [],
  cancelled: [],
}

/** What a hook throws reaches the caller as it is. */
export class OrderError extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

export class Order extends BaseModel {
  // For the demo's output; a model of yours has no need of it.
  static {
    watchHooks(Order)
  }

  @column({ isPrimary: true })
  declare id: string

  @column.objectId()
  declare userId: string

  @column()
  declare items: OrderItem[]

  @column()
  declare total: number

  @column()
  declare status: OrderStatus

  @column.dateTime({ autoCreate: true })
  declare createdAt: DateTime

  @column.dateTime({ autoCreate: true, autoUpdate: true })
  declare updatedAt: DateTime

  @beforeCreate()
  static startAsPending(order: Order) {
    order.status = 'pending'
  }

  @beforeUpdate()
  static checkTransition(order: Order) {
    if (!order.isDirty('status')) return
    const from = order.$original.status as OrderStatus
    if (!TRANSITIONS[from].includes(order.status)) {
      throw new OrderError('E_TRANSITION', `an order that is ${from} cannot become ${order.status}`)
    }
  }

  @beforeSave()
  static checkItems(order: Order) {
    if (!order.items?.length) {
      throw new OrderError('E_NO_ITEMS', 'an order needs at least one item')
    }
  }

  @beforeSave()
  static computeTotal(order: Order) {
    order.total = order.items.reduce((sum, item) => sum + item.quantity * item.price, 0)
  }

  /** `false` refuses as well: the caller gets `E_HOOK_ABORTED`. */
  @beforeDelete()
  static keepPaidOrders(order: Order) {
    return order.status === 'pending' || order.status === 'cancelled'
  }
}
