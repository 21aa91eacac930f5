// Lets a script elsewhere in the repository import what is installed here, as it
// would find it beside itself.

import { register } from 'node:module';

const hook = `
const here = ${JSON.stringify(import.meta.url)};
export const resolve = (name, context, next) =>
  next(name, name === 'socket.io-client' ? { ...context, parentURL: here } : context);
`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);
