export type { EncryptionConfig, KeyProvider, KeyRequest } from './config.ts'
export {
  type EncryptionKeys,
  generateEncryptionKey,
  parseEncryptionKeys,
  setEncryptionKeys,
} from './keys.ts'
