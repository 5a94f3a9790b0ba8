import { testService } from './service.ts';

testService('trixie');
