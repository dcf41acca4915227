/** Writes the scripts of the add-on's pages into .cache/pages, where tsc can check them; lines keep their numbers. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const target = join(root, '.cache', 'pages');

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
for (const name of readdirSync(join(root, 'apps_script')).filter((each) => each.endsWith('.js.html'))) {
  const text = readFileSync(join(root, 'apps_script', name), 'utf8');
  const script = text.replace(/^<script>/, '').replace(/<\/script>\s*$/, '');
  writeFileSync(join(target, name.replace(/\.html$/, '')), script);
}
