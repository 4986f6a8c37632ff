import type { AdapterRequest, TextResponse } from '@watchman/core/adapter'

/** Makes the request that an adapter passes for a target such as `/ping?x=1`, as it was sent. */
export function adapterRequest(target: string, given: Partial<AdapterRequest> = {}): AdapterRequest {
  const [path = '', ...query] = target.split('?')
  return {
    method: 'GET',
    path,
    search: query.length === 0 ? '' : `?${query.join('?')}`,
    header: () => undefined,
    request: () => new Request(`http://status.test${target}`),
    ...given,
  }
}

/** The text of what a handle answered. */
export async function bodyOf(response: TextResponse | Response): Promise<string> {
  return 'kind' in response ? response.body : response.text()
}
