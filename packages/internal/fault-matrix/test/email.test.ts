import { describeBackend } from './describe-backend.ts'
import { smtpSpec } from './smtp.ts'

describeBackend(smtpSpec)
