// What `require('qlobber/aedes/qlobber-sub')` gives is the class itself.
export { QlobberSub as default } from './qlobber-sub.ts';
