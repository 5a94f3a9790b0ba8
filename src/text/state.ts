/** How the shop's names for the state of an order are compared: without regard to blanks around them and to case. */
export function comparableState(state: string): string {
  return state.trim().toLowerCase();
}

/** Whether a state is one of these, as people wrote them. */
export function oneOfStates(states: readonly string[]): (state: string) => boolean {
  const comparable = new Set(states.map(comparableState));
  return (state) => comparable.has(comparableState(state));
}
