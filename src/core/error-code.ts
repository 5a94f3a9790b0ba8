/** For the rooms that may import `core` and not `text`. */
export { errorCode, messageOf, stackOf } from '../text/error.ts';
