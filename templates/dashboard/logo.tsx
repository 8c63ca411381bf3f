/** Draws the way of a count: two shards, and the object that adds up. */
export function Logo() {
	return (
		<svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
			<path d="M9 9C17 9 15 16 22 16M9 23C17 23 15 16 22 16" />
			<circle cx="8" cy="9" r="4" />
			<circle cx="8" cy="23" r="4" />
			<circle class="sum" cx="23" cy="16" r="6" />
		</svg>
	);
}
