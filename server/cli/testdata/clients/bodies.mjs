// What may be said: JSON of every kind, and binary in every place.

// maxAttachments is how many a message may have.
export const maxAttachments = 10;

function nested(depth) {
  let value = 'ground';
  for (let i = 0; i < depth; i++) value = i % 2 ? [value] : { below: value };
  return value;
}

export const bodies = {
  'a text': 'hello',
  'an empty text': '',
  'marks of HTML and JSON': '<b>&amp;</b> "quoted" \\ \u2028 \u2029 \n\t\u0000\u001b[31m',
  'many scripts': 'grüße 你好 こんにちは 안녕 مرحبا 👩‍👩‍👧‍👦 e\u0301 \u202eabc\u202c 𝄞',
  'half a character': 'half \ud83d of one',
  'zero': 0,
  'a fraction': -1.5e-7,
  'the largest exact number': Number.MAX_SAFE_INTEGER,
  'a number past it': 1e21,
  'true': true,
  'false': false,
  'null': null,
  'an empty object': {},
  'an empty list': [],
  'an object': { z: 1, a: { deeper: [1, 'two', null, { three: 3 }] }, 'a key with "quotes"': '' },
  'a list': [1, [2, [3]], 'x', null],
  'what looks like an event': ['message', 'x'],
  'what looks like an answer': { ok: false, error: { code: 'internal', message: 'x' } },
  'what looks like an attachment': { _placeholder: true, num: 0 },
  'what looks like an attachment that is not there': [{ _placeholder: true, num: 99 }],
  'something deep': nested(60),
  '500 KB': 'long '.repeat(100_000),
};

export const binaries = {
  'bytes': Buffer.from([0, 1, 2, 253, 254, 255]),
  'no bytes': Buffer.alloc(0),
  'many bytes': Buffer.alloc(200_000, 0xa5),
  'bytes in an object': { name: 'cat.png', bytes: Buffer.from('png'), list: [Buffer.from('a'), 'b', Buffer.from('c')] },
  'a list of bytes': [Buffer.from('one'), Buffer.from('two')],
  'as many attachments as there may be': Array.from({ length: maxAttachments }, (_, i) => Buffer.from([i])),
};
