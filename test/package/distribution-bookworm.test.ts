import { testDistribution } from './distribution.ts';

testDistribution('bookworm');
