import { describeBackend } from './describe-backend.ts'
import { httpSpec } from './http.ts'

describeBackend(httpSpec)
