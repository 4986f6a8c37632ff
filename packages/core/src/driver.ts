export { adoptPending, type Operation } from './driver/adopt-pending.ts'
export { assertClient, hasMembers, type Members } from './driver/assert-client.ts'
export { namedTargets, withAlias } from './driver/kind.ts'
export { type CountsListeners, missingErrorListenerWarning } from './driver/missing-error-listener-warning.ts'
export { secretsOf } from './driver/secrets-of.ts'
export { settlesLater } from './driver/settles-later.ts'
export { withProbe } from './driver/with-probe.ts'
export { describeType, isFunction, isName, isObject, isRecord, memberOf, typeTag } from './options/guards.ts'
export {
  aBoolean,
  aDelay,
  aFunction,
  aListOfNames,
  aName,
  anArray,
  anObject,
  aString,
  integerFrom,
  numberFrom,
  oneOf,
  type Rule,
  type Rules,
} from './options/rules.ts'
export { assertOption, validate, validateValue } from './options/validate.ts'
export { type DegradedOptions, degraded, isDegraded } from './report/degraded-error.ts'
export { errorMessage } from './report/error-message.ts'
export { escapeControls } from './report/escape-controls.ts'
export { isError } from './report/is-error.ts'
export { redactText } from './report/redact-text.ts'
export { redactUrls } from './report/redact-urls.ts'
