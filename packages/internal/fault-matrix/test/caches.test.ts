import { describeBackend } from './describe-backend.ts'
import { memcachedSpec } from './memcached.ts'
import { redisSpec } from './redis.ts'

describeBackend(redisSpec)
describeBackend(memcachedSpec)
