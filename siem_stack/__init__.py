"""The infrastructure: one construct a file, put together in stack.py.

settings/          cdk context -> checked settings
config_check.py    the log types' configuration is sound, or there is no template
stack.py           all constructs and what goes between them
private_bucket.py  what all buckets of the stack are
log_storage.py     encryption_key.py  log_bucket.py  where AWS services put their logs
log_delivery.py    role_delivery.py  firehose_rights.py  origins.py  who may put them there, and from which accounts
object_events.py   loader_reads.py  policies_of_others.py  buckets, keys, topics and queues of others
queues.py          loader.py  bundling.py  what takes them from there
log_sources/       services whose logs a deployment switches on, one module each;
                   log_sources_stack.py  member_template.py  the same in other regions and accounts
delivery_streams.py  waf_bucket.py  firelens.py  ways into the bucket for those that cannot write there
search_domain/     network.py  vpc.py  snapshots.py  domain_setup.py  where they end, and what is put there before
monitoring.py  dashboard.py  what can be wrong, who is told, and one page that shows it
loader_pause.py    what stops loading while the domain has no room
checks.py          the rules that the template keeps, and how an exception from one is written
"""
