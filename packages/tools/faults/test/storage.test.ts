import { describeKind } from './describe-kind.ts'
import { s3Kind } from './s3.ts'

describeKind(s3Kind)
