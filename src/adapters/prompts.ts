/**
 * The five prompts that are asked. Loading @inquirer/prompts itself would load all of them, and with its editor every character set
 * that iconv-lite knows: half a megabyte that nobody uses.
 */
export { confirm, input, password, search, select } from '@inquirer/prompts';
