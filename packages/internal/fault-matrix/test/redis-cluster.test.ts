import { describeKind } from './describe-kind.ts'
import { redisClusterKind } from './redis-cluster.ts'

describeKind(redisClusterKind)
