import { type ContextValues, context } from '../../context/index.ts'

/** The {@link context} under the name that audits are known by elsewhere: whom changes are by. */
export const auditContext = context

/** As `context.set`: for the rest of the `run` around it. Errors: `E_CONFIGURATION` outside of one. */
export function setAuditContext(values: ContextValues): void {
  context.set(values)
}
