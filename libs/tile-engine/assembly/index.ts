/** Everything that the host calls. */
export * from './digital/index';
