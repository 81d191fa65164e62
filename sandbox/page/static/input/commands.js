import { OptionType } from "./validate.js";

// The registered commands as lines of the picker: a subcommand is a line of its own.

/** Flatten commands to [{name, description, options}], `name` with its subcommands. */
export function flatten(commands) {
  return commands
    .filter((command) => (command.type ?? 1) === 1)
    .flatMap((command) => leaves(command, ""));
}

function leaves(command, prefix) {
  const name = `${prefix}${command.name}`;
  const inner = (command.options ?? []).filter((option) => option.type <= OptionType.GROUP);
  if (inner.length) return inner.flatMap((option) => leaves(option, `${name} `));
  return [{ name, description: command.description, options: command.options ?? [] }];
}

/** The commands that fit what was typed after the slash, best first. */
export function matching(commands, typed) {
  const wanted = typed.toLowerCase();
  const found = commands
    .map((command) => [rank(command.name, wanted), command])
    .filter(([order]) => order >= 0);
  return found.sort(([a], [b]) => a - b).map(([, command]) => command);
}

function rank(name, wanted) {
  if (name.startsWith(wanted)) return 0;
  return name.includes(wanted) ? 1 : -1;
}

/** The one command that was typed in full, followed by a space; and what came after it. */
export function typedInFull(commands, text) {
  const fitting = commands.filter(({ name }) => text.startsWith(`/${name} `));
  const command = fitting.sort((a, b) => b.name.length - a.name.length)[0];
  return command ? { command, rest: text.slice(command.name.length + 2) } : null;
}
