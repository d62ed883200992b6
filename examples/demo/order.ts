import { BaseModel, beforeSave, column } from 'lucent-odm'

export interface OrderItem {
  sku: string
  quantity: number
  price: number
}

export class Order extends BaseModel {
  @column({ isPrimary: true })
  declare id: string

  @column()
  declare items: OrderItem[]

  @column()
  declare total: number

  @beforeSave()
  static computeTotal(order: Order) {
    order.total = order.items.reduce((sum, item) => sum + item.quantity * item.price, 0)
  }
}
