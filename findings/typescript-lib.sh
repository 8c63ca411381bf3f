#!/usr/bin/env bash
# TypeScript 7.0.2: an incremental program keeps its old errors when `lib` grows.
#
# `toSorted` is of ES2023, so `lib: ["es2022"]` is an error. Once the
# tsconfig.json says `lib: ["es2024"]`, `tsc -b` still reports it, from the
# .tsbuildinfo, and so does `tsc -p`; `tsc -b --force` does not. Taking the
# library away again is noticed.
#
# Expected: as TypeScript 5.9.3, which checks the files again.
# To go around it: delete the .tsbuildinfo, or `tsc -b --force`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund \
	typescript-5@npm:typescript@5.9.3 typescript-7@npm:typescript@7.0.2

configure() {
	cat >tsconfig.json <<-JSON
		{
			"compilerOptions": {
				"composite": true,
				"target": "es2022",
				"lib": ["$1"],
				"module": "esnext",
				"moduleResolution": "bundler",
				"types": [],
				"outDir": "out"
			},
			"files": ["a.ts"]
		}
	JSON
}
report() {
	node "node_modules/typescript-$1/bin/tsc" "${@:3}" >out.txt && result=clean ||
		result=$(grep -o 'TS[0-9]*' out.txt | head -1)
	echo "$1 $2: $result"
}

echo 'export const sorted = [2, 1].toSorted();' >a.ts
for version in 5 7; do
	rm -rf out
	configure es2022
	report $version "es2022" -b
	configure es2024
	report $version "then es2024" -b
	report $version "then es2024, forced" -b --force
	configure es2022
	report $version "then es2022 again" -b
done | tee actual

cat >expected <<'TEXT'
5 es2022: TS2550
5 then es2024: clean
5 then es2024, forced: clean
5 then es2022 again: TS2550
7 es2022: TS2550
7 then es2024: TS2550
7 then es2024, forced: clean
7 then es2022 again: TS2550
TEXT
diff expected actual && echo "still so"
