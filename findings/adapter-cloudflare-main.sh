#!/usr/bin/env bash
# @sveltejs/adapter-cloudflare 7.2.9: the build replaces the file that `main` of
# wrangler.jsonc names, though it is source code of the user's.
#
# A Worker of one's own in front of a site is named by `main`, in every other
# project. The adapter takes `main` for the place of its output, deletes what is
# there and writes its own Worker. Nothing is asked, and nothing is said.
#
# Expected: an error where `main` is a file that the adapter did not write.
# To go around it: leave `main` to the adapter, `.svelte-kit/cloudflare/_worker.js`,
# and give the own Worker a configuration of its own that imports this file.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm pkg set type=module >/dev/null
npm install --silent --no-audit --no-fund @sveltejs/adapter-cloudflare@7.2.9 \
	@sveltejs/kit@2.70.4 @sveltejs/vite-plugin-svelte@6.2.4 svelte@5.57.3 \
	vite@7.3.6 wrangler@4.155.0

mkdir -p src/routes
echo '<html><head>%sveltekit.head%</head><body>%sveltekit.body%</body></html>' >src/app.html
echo '<h1>Welcome</h1>' >src/routes/+page.svelte
cat >svelte.config.js <<'JS'
import adapter from "@sveltejs/adapter-cloudflare";
export default { kit: { adapter: adapter() } };
JS
cat >vite.config.js <<'JS'
import { sveltekit } from "@sveltejs/kit/vite";
export default { plugins: [sveltekit()] };
JS
cat >wrangler.jsonc <<'JSON'
{
	"name": "site",
	"main": "src/worker.js",
	"compatibility_date": "2026-10-20",
	"assets": { "directory": ".svelte-kit/cloudflare", "binding": "ASSETS" }
}
JSON
echo '// my own Worker' >src/worker.js

npx --no -- vite build >build.log 2>&1 || { cat build.log; exit 1; }
{
	echo "own line left: $(grep -c 'my own Worker' src/worker.js || true)"
	echo "by the adapter: $(grep -c 'Server' src/worker.js | sed 's/^[1-9][0-9]*$/yes/')"
	echo "build speaks of it: $(grep -c 'worker.js' build.log || true)"
} | tee actual

cat >expected <<'TEXT'
own line left: 0
by the adapter: yes
build speaks of it: 0
TEXT
diff expected actual && echo "still so"
