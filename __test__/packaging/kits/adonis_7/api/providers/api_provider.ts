import { HttpContext } from '@adonisjs/core/http'
import { BaseSerializer } from '@adonisjs/core/transformers'
import type { SimplePaginatorMetaKeys } from 'lucent-odm'

class ApiSerializer extends BaseSerializer<{
  Wrap: 'data'
  PaginationMetaData: SimplePaginatorMetaKeys
}> {
  wrap = 'data' as const

  definePaginationMetaData(metaData: unknown): SimplePaginatorMetaKeys {
    if (this.isLucidPaginatorMetaData(metaData)) return metaData
    throw new Error('the metadata of the page lacks some of its keys')
  }
}

const serializer = new ApiSerializer()
const serialize: ApiSerializer['serialize'] = serializer.serialize.bind(serializer)

HttpContext.instanceProperty('serialize', serialize)

declare module '@adonisjs/core/http' {
  export interface HttpContext {
    serialize: typeof serialize
  }
}
