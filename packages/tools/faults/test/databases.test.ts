import { describeKind } from './describe-kind.ts'
import { postgresKind } from './postgres.ts'

describeKind(postgresKind)
