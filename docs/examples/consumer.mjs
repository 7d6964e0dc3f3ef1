// Example consumer of matthan.alerts.<ward> (Node 20, kafkajs, SQLite).
//
//     npm install kafkajs better-sqlite3
//     node consumer.mjs --bootstrap HOST:9092 --ward my-ward --state ./state --idle-s 60
//
// It may be killed at any time: what it knows is in SQLite, and a Kafka offset is committed only after the
// transaction that holds the messages before it. It stops after idle-s seconds without a message and then writes
// state.json. idle-s should be longer than the session timeout below: so long may one that was killed still hold
// its partitions.
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { parseArgs } from 'node:util'

const require = createRequire(import.meta.url) // unlike import, it looks into NODE_PATH too
const { Kafka, logLevel } = require('kafkajs')
const Database = require('better-sqlite3')

const string = { type: 'string' }
const { values: args } = parseArgs({ options: { bootstrap: string, ward: string, state: string, 'idle-s': string } })
const idle = Number(args['idle-s']) * 1000
if (!args.bootstrap || !args.ward || !args.state || !(idle > 0)) {
  console.error('usage: node consumer.mjs --bootstrap HOST:PORT --ward WARD --state DIR --idle-s N')
  process.exit(2)
}
fs.mkdirSync(args.state, { recursive: true })
const db = new Database(path.join(args.state, 'alerts.sqlite'))
db.pragma('journal_mode = WAL')
db.pragma('synchronous = FULL') // on the disk before the offset is committed
db.exec(`
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
-- Every message ever taken, with its bytes: the memory that makes repeats harmless.
CREATE TABLE IF NOT EXISTS message (event_id TEXT, revision INTEGER, body BLOB NOT NULL,
                                    PRIMARY KEY (event_id, revision));
-- What is shown: one row per event, the state of its highest revision (the rest of it is in that message).
CREATE TABLE IF NOT EXISTS event (event_id TEXT PRIMARY KEY, revision INTEGER NOT NULL, phase TEXT, kind TEXT,
                                  camera TEXT, ended_at TEXT);
-- Evidence is only ever added. The revision says which message brought it: the uri is relative to that one's run.
CREATE TABLE IF NOT EXISTS evidence (event_id TEXT, uri TEXT, sha256 TEXT, revision INTEGER,
                                     PRIMARY KEY (event_id, uri, sha256));
-- Messages set aside for a human. The offset in the key: one that is read again is not counted again.
CREATE TABLE IF NOT EXISTS aside (topic TEXT, part INTEGER, offset INTEGER, why TEXT NOT NULL, detail TEXT,
                                  body BLOB, PRIMARY KEY (topic, part, offset));`)
const sql = {
  known: db.prepare('SELECT body FROM message WHERE event_id = ? AND revision = ?').pluck(),
  message: db.prepare('INSERT INTO message VALUES (?,?,?)'),
  evidence: db.prepare('INSERT OR IGNORE INTO evidence VALUES (?,?,?,?)'),
  shown: db.prepare('SELECT revision FROM event WHERE event_id = ?').pluck(),
  event: db.prepare('INSERT OR REPLACE INTO event VALUES (?,?,?,?,?,?)'),
  aside: db.prepare('INSERT OR IGNORE INTO aside VALUES (?,?,?,?,?,?)'),
  events: db.prepare('SELECT event_id, revision, phase, kind, camera, ended_at FROM event ORDER BY event_id'),
  uris: db.prepare('SELECT uri FROM evidence WHERE event_id = ? GROUP BY uri ORDER BY min(rowid)').pluck(),
  seen: db.prepare('SELECT revision FROM message WHERE event_id = ? ORDER BY revision').pluck(),
  count: db.prepare('SELECT count(*) FROM aside WHERE why = ?').pluck(),
}

const check = (ok, what) => { if (!ok) throw new Error(what) }
// isWellFormed: half a surrogate pair can't be stored.
const text = (v) => check(typeof v === 'string' && v !== '' && v.isWellFormed(), 'not a text')
const isObject = (v) => typeof v === 'object' && v !== null && !Array.isArray(v)

// The `data` of a message. Throws if it can't be used. Checks what is used here; ignores all else.
function parse(body) {
  check(body !== null, 'no value')
  const event = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body))
  check(isObject(event), 'not an object')
  check(event.dataschema === 'urn:matthan:event:1', 'unknown dataschema')
  const data = event.data
  check(isObject(data), 'no data')
  check(Number.isSafeInteger(data.revision) && data.revision >= 0, 'bad revision')
  for (const name of ['event_id', 'kind', 'camera']) text(data[name])
  check(['opened', 'updated', 'closed'].includes(data.phase), 'bad phase')
  if (data.ended_at !== null) text(data.ended_at)
  data.evidence ??= []
  check(Array.isArray(data.evidence), 'bad evidence')
  for (const file of data.evidence) {
    check(isObject(file), 'bad evidence')
    text(file.uri)
    text(file.sha256)
  }
  return data
}

function setAside(topic, partition, msg, why, detail) {
  console.error(`${why}: ${topic}[${partition}] offset ${msg.offset}: ${detail}`)
  sql.aside.run(topic, partition, BigInt(msg.offset), why, detail, msg.value)
}

// Puts one message into the open transaction.
function take(topic, partition, msg) {
  let data
  try { data = parse(msg.value) } catch (error) {
    return setAside(topic, partition, msg, 'poison', error.message.slice(0, 200))
  }
  const { event_id: id, revision } = data
  const known = sql.known.get(id, revision)
  if (known) { // a repeat: drop it; with other bytes, the first copy stays and somebody must be told
    if (!known.equals(msg.value)) setAside(topic, partition, msg, 'conflict', `other bytes under ${id}.${revision}`)
    return
  }
  sql.message.run(id, revision, msg.value)
  for (const file of data.evidence) sql.evidence.run(id, file.uri, file.sha256, revision)
  const shown = sql.shown.get(id)
  if (shown === undefined || revision > shown)
    sql.event.run(id, revision, data.phase, data.kind, data.camera, data.ended_at)
}
const takeAll = db.transaction((batch) => { for (const m of batch.messages) take(batch.topic, batch.partition, m) })

function writeState(file) {
  const events = Object.fromEntries(sql.events.all().map(({ event_id: id, ...event }) =>
    [id, { ...event, evidence: sql.uris.all(id), revisions: sql.seen.all(id) }]))
  const state = { events, poison: sql.count.get('poison'), conflicts: sql.count.get('conflict') }
  fs.writeFileSync(`${file}.part`, JSON.stringify(state, null, 1), { flush: true })
  fs.renameSync(`${file}.part`, file)
}

// The group's offsets belong to this database: a new database gets a new group, which starts at the earliest.
db.prepare("INSERT OR IGNORE INTO meta VALUES ('reader', ?)").run(randomBytes(4).toString('hex'))
const name = db.prepare("SELECT value FROM meta WHERE name = 'reader'").pluck().get()
const kafka = new Kafka({ brokers: args.bootstrap.split(','), logLevel: logLevel.ERROR })
const consumer = kafka.consumer({ groupId: `ward-${args.ward}.example-node-${name}`, sessionTimeout: 6000,
  allowAutoTopicCreation: false })
// Waiting for partitions is not idleness, unless it takes more than half a minute.
let last = Date.now() + 30_000
consumer.on(consumer.events.GROUP_JOIN, () => { last = Date.now() })
consumer.on(consumer.events.REBALANCING, () => { last = Date.now() + 30_000 })
consumer.on(consumer.events.CRASH, ({ payload }) => { if (!payload.restart) process.exit(1) })

let stopping = false
async function stop() {
  if (stopping) return
  stopping = true
  await consumer.disconnect() // waits for the batch in work
  writeState(path.join(args.state, 'state.json'))
  process.exit(0)
}
process.on('SIGTERM', stop)
process.on('SIGINT', stop)
setInterval(() => { if (Date.now() - last >= idle) stop() }, 200)

async function eachBatch({ batch, resolveOffset, heartbeat }) {
  last = Date.now()
  try { takeAll(batch) } catch (error) { // the database is broken: nothing is committed; start again later
    console.error(error)
    process.exit(1)
  }
  resolveOffset(batch.lastOffset())
  const offset = String(BigInt(batch.lastOffset()) + 1n)
  await consumer.commitOffsets([{ topic: batch.topic, partition: batch.partition, offset }])
  await heartbeat()
}

for (;;) { // the broker may be away, and the topic not there yet
  try {
    await consumer.connect()
    await consumer.subscribe({ topic: `matthan.alerts.${args.ward}`, fromBeginning: true })
    break
  } catch (error) {
    console.error(error.message)
    await new Promise((done) => setTimeout(done, 1000))
  }
}
await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch })
