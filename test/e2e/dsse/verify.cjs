// Verifies a DSSE envelope with sigstore's implementation: node verify.cjs ENVELOPE KEY
const fs = require('node:fs');
const { crypto, dsse } = require('@sigstore/core');

const [envelopeFile, keyFile] = process.argv.slice(2);
const envelope = JSON.parse(fs.readFileSync(envelopeFile));
const key = crypto.createPublicKey(fs.readFileSync(keyFile, 'utf8'));
const signed = dsse.preAuthEncoding(envelope.payloadType, Buffer.from(envelope.payload, 'base64'));
const valid = envelope.signatures.some(({ sig }) => crypto.verify(signed, key, Buffer.from(sig, 'base64')));
console.log(valid ? 'valid' : 'not valid');
process.exitCode = valid ? 0 : 1;
