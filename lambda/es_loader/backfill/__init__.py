"""Objects that already lie in a bucket -> messages for the deployed loader, as S3 itself would have sent them."""
