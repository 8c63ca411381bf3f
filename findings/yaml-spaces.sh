#!/usr/bin/env bash
# yaml 2.9.1: `stringify` writes the string " \n" so that it reads back as "\n".
#
# It chooses a block scalar, `|+`, without an indentation indicator. A block
# takes its indentation from its first line that has text and, if there is
# none, from its longest line (YAML 1.2.2, 8.1.1.1). So the space counts as
# indentation. js-yaml 4.1.0 reads the same text in the same way: what was
# written is at fault, not the reader.
#
# Expected: `a: |1+` or `a: " \n"`, as for every other string.
# To go around it: `stringify(value, { blockQuote: false })`.
# Upstream: https://github.com/eemeli/yaml/pull/695 (closed, not merged).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund yaml@2.9.1 js-yaml@4.1.0

cat >find.mjs <<'JS'
import { load } from "js-yaml";
import { parse, stringify } from "yaml";

const written = { a: " \n" };
const text = stringify(written);
const quoted = stringify(written, { blockQuote: false });
for (const [what, value] of Object.entries({
	written,
	text,
	"read by yaml": parse(text),
	"read by js-yaml": load(text),
	"blockQuote: false": parse(quoted),
}))
	console.log(`${what.padEnd(17)} ${JSON.stringify(value)}`);
JS
node find.mjs | tee actual

cat >expected <<'TEXT'
written           {"a":" \n"}
text              "a: |+\n   \n"
read by yaml      {"a":"\n"}
read by js-yaml   {"a":"\n"}
blockQuote: false {"a":" \n"}
TEXT
diff expected actual && echo "still so"
