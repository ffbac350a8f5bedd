export { postgres, type PostgresOptions, type PostgresPool } from './postgres.ts';
