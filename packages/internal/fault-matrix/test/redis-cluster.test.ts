import { describeBackend } from './describe-backend.ts'
import { redisClusterSpec } from './redis-cluster.ts'

describeBackend(redisClusterSpec)
