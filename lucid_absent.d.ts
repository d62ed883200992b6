/**
 * What `@adonisjs/auth` calls a model of Lucid, for applications that do not have Lucid. Without it the
 * compiler would take any class for one; so it says what to import where Lucid's own providers are
 * given a model of this package. `lucent-odm/lucid_names` refers to this file.
 */
declare module '@adonisjs/lucid/types/model' {
  export interface LucidModel {
    'this is a model of lucent-odm: import tokensUserProvider, DbAccessTokensProvider and the like from "lucent-odm/auth"': never
  }
}
