import type { Logger } from '../../worker/domain/logger.ts';

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
