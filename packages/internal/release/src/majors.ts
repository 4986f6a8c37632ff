/** The supported majors of Node. Each comes as the npm package `node`. */
export const MAJORS: readonly string[] = ['20', '22', '24', '26']
