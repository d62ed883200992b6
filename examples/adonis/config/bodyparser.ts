import { defineConfig } from '@adonisjs/core/bodyparser'

const bodyParserConfig = defineConfig({
  allowedMethods: ['POST', 'PUT', 'PATCH', 'DELETE'],
  form: { convertEmptyStringsToNull: true, types: ['application/x-www-form-urlencoded'] },
  json: {
    // What is empty is sent to the models as it is; they know which texts may be.
    convertEmptyStringsToNull: false,
    trimWhitespaces: false,
    types: ['application/json', 'application/json-patch+json', 'application/vnd.api+json'],
  },
})

export default bodyParserConfig
