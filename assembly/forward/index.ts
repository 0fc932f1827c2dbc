// What the host may call, and nothing else.
export { scan } from '../frames';
export { intern } from './topics';
export { deliver } from './deliver';
export { forward } from './forward';
export { reserve } from './outbox';
