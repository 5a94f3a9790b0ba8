import { testService } from './service.ts';

testService('bookworm');
