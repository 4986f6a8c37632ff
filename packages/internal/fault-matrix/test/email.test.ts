import { describeKind } from './describe-kind.ts'
import { smtpKind } from './smtp.ts'

describeKind(smtpKind)
