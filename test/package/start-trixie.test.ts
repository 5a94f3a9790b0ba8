import { testStart } from './start.ts';

testStart('trixie');
