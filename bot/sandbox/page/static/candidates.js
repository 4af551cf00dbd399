// What could be meant by what stands before the caret.

import { allEmoji, known } from "./known.js";
import { withTone } from "./tones.js";

const MOST = 8;
const KINDS = [
  [/(?:^|[\s(])@([\p{L}\d._-]*(?: [\p{L}\d._-]*)?)$/u, people],
  [/(?:^|[\s(])#([\p{L}\d_-]*)$/u, channels],
  [/(?:^|[\s(]):([a-z0-9_+'-]{2,})$/, emoji],
];

/**
 * Candidates for the text before the caret: `{found: {start, token, options}, hint}`, either may be null.
 * An option has `insert`, the `parts` to show, and `whole`: the token that needs no completion any more.
 */
export async function candidates(before, { commands }) {
  if (commands && before.startsWith("/")) return forCommand(before);
  for (const [pattern, find] of KINDS) {
    const match = pattern.exec(before);
    if (match) return { found: await found(before, match[1], find), hint: null };
  }
  return { found: null, hint: null };
}

async function found(before, query, find) {
  const options = await find(query.toLowerCase());
  const token = before.slice(before.length - query.length - 1);
  return { start: before.length - token.length, token, options: options.slice(0, MOST) };
}

function forCommand(before) {
  const [, name, rest] = /^(\/\S*)(?:\s+([\s\S]*))?$/.exec(before);
  if (rest === undefined) return { found: { start: 0, token: name, options: commandsLike(name) }, hint: null };
  const command = known.commands.find((one) => one.name === name);
  if (!command) return { found: null, hint: null };
  return { found: subcommands(command, before, rest), hint: hintOf(command, rest) };
}

function commandsLike(typed) {
  return known.commands
    .filter((one) => one.name.startsWith(typed))
    .map((one) => ({
      insert: `${one.name} `,
      whole: one.usage ? "" : one.name,
      parts: { name: one.name, usage: one.usage, about: one.description },
    }));
}

function subcommands(command, before, rest) {
  const token = rest.trimStart();
  if (/\s/.test(token)) return null;
  const options = (command.subcommands ?? [])
    .filter((one) => one.name.startsWith(token))
    .map((one) => ({
      insert: `${one.name} `,
      whole: one.name,
      parts: { name: one.name, usage: argumentsOf(one), about: one.description },
    }));
  return { start: before.length - token.length, token, options };
}

// A usage may or may not repeat the word itself.
function argumentsOf({ name, usage = "" }) {
  return usage.startsWith(name) ? usage.slice(name.length).trim() : usage;
}

function hintOf(command, rest) {
  const word = rest.trim().split(/\s+/)[0];
  const known = (command.subcommands ?? []).find((one) => one.name === word);
  if (!known) return { usage: `${command.name} ${command.usage ?? ""}`.trim(), about: command.description ?? "" };
  return { usage: `${command.name} ${word} ${argumentsOf(known)}`.trim(), about: known.description ?? "" };
}

function people(query) {
  const everyone = [
    ...known.people,
    { name: "here", about: "Everybody active in this channel" },
    { name: "channel", about: "Everybody in this channel" },
  ];
  return byStart(everyone, query).map((one) => ({
    insert: `@${one.name} `,
    parts: { name: one.name, about: one.about ?? "" },
  }));
}

function channels(query) {
  return byStart(known.channels, query).map((one) => ({ insert: `#${one.name} `, parts: { name: `#${one.name}` } }));
}

// Names that begin so come before names with a later word that does.
function byStart(list, query) {
  const rank = ({ name }) => {
    const lower = name.toLowerCase();
    if (lower.startsWith(query)) return 0;
    return lower.split(/[\s._-]+/).some((word) => word.startsWith(query)) ? 1 : 2;
  };
  return list.filter((one) => rank(one) < 2).sort((one, other) => rank(one) - rank(other));
}

async function emoji(query) {
  const { all } = await allEmoji().catch(() => ({ all: [] }));
  const first = all.filter((one) => one.name.startsWith(query));
  const later = all.filter((one) => !one.name.startsWith(query) && `${one.name} ${one.words}`.includes(query));
  return [...first, ...later].slice(0, MOST).map((one) => {
    const { name, char } = withTone(one);
    return { insert: `:${name}: `, parts: { emoji: char, name: `:${one.name}:` } };
  });
}
