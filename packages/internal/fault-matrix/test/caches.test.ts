import { describeKind } from './describe-kind.ts'
import { memcachedKind } from './memcached.ts'
import { redisKind } from './redis.ts'

describeKind(redisKind)
describeKind(memcachedKind)
