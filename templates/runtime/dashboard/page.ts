/** The page without any data: its script asks for these. */
export const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>Counters</title>
<link rel="icon" href="icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="dashboard.css">
<script type="module" src="dashboard.js"></script>
</head>
<body>
<div id="app"><noscript>This page needs JavaScript. Commands that show the same: counter-gen status, counter-gen export.</noscript></div>
</body>
</html>
`;

/** Two shards, and the object that adds up. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="#12997f"><path d="M9 9C17 9 15 16 22 16M9 23C17 23 15 16 22 16" fill="none" stroke="#12997f" stroke-width="2" opacity=".6"/><circle cx="8" cy="9" r="4"/><circle cx="8" cy="23" r="4"/><circle cx="23" cy="16" r="6"/></svg>
`;
