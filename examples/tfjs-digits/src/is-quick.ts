/** Whether to show in seconds that everything works, with fewer data and trials: the option `--quick`, or a CI server. */
export const isQuick: boolean = process.argv.includes('--quick') || process.env['CI'] !== undefined;
