import { testDistribution } from './distribution.ts';

testDistribution('trixie');
