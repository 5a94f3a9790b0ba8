import { testStart } from './start.ts';

testStart('bookworm');
