// What the host may call, and nothing else.
export { scan } from './frames';
