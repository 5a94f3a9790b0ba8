import { testCheckAsRoot } from './check-as-root.ts';

testCheckAsRoot('bookworm');
